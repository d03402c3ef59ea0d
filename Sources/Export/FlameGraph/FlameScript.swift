/// What makes the drawing interactive. Both texts are constants: nothing from a capture is ever part of a script or a style, and the
/// script writes with `textContent` only.
enum FlameScript {
  static let style: StaticString = """
    text{font:12px -apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif;fill:#1d2330}
    .title{font-size:17px;font-weight:600}.faint{fill:#6b7280}.axis line{stroke:#e3e6ea}.axis text{font-size:11px;fill:#6b7280}
    .span,.service{cursor:pointer}.span rect{stroke:#fff;stroke-width:.6}.span .icon{font-size:10px;font-weight:700}
    .span:hover rect,.span:focus rect{stroke:#1d2330;stroke-width:1.2}.span:focus,.service:focus{outline:none}
    .service:hover text,.service:focus text{text-decoration:underline}
    .dim{opacity:.22}.chosen rect{stroke:#c81e1e;stroke-width:2}.parent rect{stroke:#1d4ed8;stroke-width:2}
    .service.on text{font-weight:700}#tip,#tip *{pointer-events:none}#tip rect{fill:#1d2330;opacity:.94}#tip text{fill:#fff}
    #details .label{fill:#6b7280}.failed .icon{fill:#b91c1c}
    """

  static let script: StaticString = """
    (function(){"use strict";
    var root=document.documentElement,NS="http://www.w3.org/2000/svg";
    var spans=Array.prototype.slice.call(root.querySelectorAll(".span"));
    var services=Array.prototype.slice.call(root.querySelectorAll(".service"));
    var tip=root.getElementById("tip"),details=root.getElementById("details");
    function data(e,name){return e.getAttribute("data-"+name)||"";}
    function clear(e){while(e.firstChild)e.removeChild(e.firstChild);}
    function put(parent,x,y,text,name){var t=document.createElementNS(NS,"text");t.setAttribute("x",x);t.setAttribute("y",y);
      if(name)t.setAttribute("class",name);t.textContent=text;parent.appendChild(t);return t;}
    function shorten(text,count){return text.length>count?text.slice(0,count-1)+"\\u2026":text;}
    function holder(e){while(e&&e!==root){if(e.classList&&(e.classList.contains("span")||e.classList.contains("service")))return e;e=e.parentNode;}return null;}
    function join(e){return data(e,"join")?data(e,"join")+", confidence "+data(e,"confidence"):"root of the trace";}
    function lines(e){return [data(e,"kind")+"  "+data(e,"call"),data(e,"instance")+"  at "+data(e,"point"),
      data(e,"duration")+", status "+data(e,"status"),"self "+data(e,"self")+" ("+data(e,"share")+" of the trace)",join(e)];}
    spans.forEach(function(e){var t=e.querySelector("title");if(t)e.removeChild(t);});
    function hover(e,event){clear(tip);var box=document.createElementNS(NS,"rect");tip.appendChild(box);
      var width=0;lines(e).forEach(function(line,i){var t=put(tip,8,18+16*i,shorten(line,110));width=Math.max(width,t.getComputedTextLength());});
      box.setAttribute("width",width+16);box.setAttribute("height",90);box.setAttribute("rx",4);
      var point=root.createSVGPoint();point.x=event.clientX;point.y=event.clientY;var at=point.matrixTransform(root.getScreenCTM().inverse());
      var view=root.viewBox.baseVal,x=Math.max(2,Math.min(at.x+12,view.width-width-20)),y=at.y+16;
      if(y+92>view.height)y=Math.max(2,at.y-100);
      tip.setAttribute("transform","translate("+x+","+y+")");tip.setAttribute("visibility","visible");}
    function leave(){tip.setAttribute("visibility","hidden");}
    function reset(){spans.concat(services).forEach(function(e){e.classList.remove("dim","chosen","parent","on");});}
    function describe(e){clear(details);var rows=e?[["call",data(e,"call")],["kind",data(e,"kind")],["service",data(e,"service")],
      ["instance",data(e,"instance")],["observation point",data(e,"point")],["status",data(e,"status")],["starts at",data(e,"start")],
      ["duration",data(e,"duration")],["self time",data(e,"self")+" ("+data(e,"share")+" of the trace)"],["joined by",join(e)],
      ["reason",data(e,"reason")]]:[];
      if(!rows.length)put(details,0,14,"Click a span for its details, a service to highlight its spans; Escape shows everything again.","label");
      rows.forEach(function(row,i){var column=i<6?0:1,y=14+18*(i%6);put(details,column*620,y,row[0],"label");
        var t=put(details,column*620+120,y,shorten(row[1],78));t.setAttribute("data-field",row[0]);});}
    function choose(e){reset();spans.forEach(function(s){s.classList.add("dim");});e.classList.remove("dim");e.classList.add("chosen");
      var p=data(e,"parent");if(p!==""){spans[+p].classList.remove("dim");spans[+p].classList.add("parent");}describe(e);}
    function pick(e){var was=e.classList.contains("on");reset();describe(null);if(was)return;e.classList.add("on");
      spans.forEach(function(s){if(data(s,"owner")!==data(e,"owner"))s.classList.add("dim");});}
    root.addEventListener("mousemove",function(v){var e=holder(v.target);if(e&&e.classList.contains("span"))hover(e,v);else leave();});
    root.addEventListener("mouseleave",leave);
    root.addEventListener("click",function(v){var e=holder(v.target);
      if(!e){reset();describe(null);}else if(e.classList.contains("span"))choose(e);else pick(e);});
    root.addEventListener("keydown",function(v){if(v.key==="Escape"){reset();describe(null);leave();}
      else if(v.key==="Enter"){var e=holder(document.activeElement);if(e){if(e.classList.contains("span"))choose(e);else pick(e);}}});
    describe(null);
    })();
    """
}
