/// What makes the drawing of a profile interactive. Both texts are constants: nothing from a capture is ever part of a script or a
/// style, and the script writes with `textContent` only.
///
/// It reads the bars that are drawn as its data, puts them together again with or without the layers of processes and threads, and
/// draws them anew. `#search=…&inverted&threads=0&processes=0&zoom=…` behind the file's name sets it up as one left it.
enum ProfileScript {
  static let style: StaticString = """
    text{font:12px -apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif;fill:#1d2330}
    .title{font-size:17px;font-weight:600}.faint{fill:#6b7280}.label{font-size:11.5px;pointer-events:none}
    .bar{cursor:pointer}.bar rect{stroke:#fff;stroke-width:.4}.bar:hover rect{stroke:#1d2330;stroke-width:1}
    .bar.below rect{opacity:.45}.bar.match rect{fill:#c026d3}.bar.match text{fill:#fff}
    .button{cursor:pointer}.button rect{fill:#eef0f3;stroke:#c4c7cc}.button:hover rect,.button:focus rect{fill:#dfe3e8}
    .button:focus{outline:none}.button.on rect{fill:#1d2330}.button.on text{fill:#fff}.matched{text-anchor:end;fill:#a21caf;font-weight:600}
    """

  static let script: StaticString = """
    (function(){"use strict";
    var root=document.documentElement,NS="http://www.w3.org/2000/svg",W=1280,M=10,TOP=76,ROW=18,BAR=17,CHAR=6.4;
    var group=root.getElementById("bars"),details=root.getElementById("details"),matched=root.getElementById("matched");
    var unit=root.getAttribute("data-unit"),rows=+root.getAttribute("data-rows");
    var source=Array.prototype.map.call(group.querySelectorAll(".bar"),function(e){return{name:e.getAttribute("data-name"),
      kind:e.getAttribute("data-kind"),parent:+e.getAttribute("data-parent"),total:+e.getAttribute("data-total"),
      self:+e.getAttribute("data-self"),fill:e.querySelector("rect").getAttribute("fill")};});
    var state={threads:true,processes:true,inverted:false,search:"",focus:0},nodes=[];
    if(!source.length)return;
    function build(){nodes=[];var map=[],index=[];source.forEach(function(n,i){
      var parent=i?map[n.parent]:-1,folded=i&&((n.kind==="thread"&&!state.threads)||(n.kind==="process"&&!state.processes));
      if(folded){map[i]=parent;nodes[parent].self+=n.self;return;}
      var key=n.kind+" "+n.name,known=parent>=0?index[parent].get(key):undefined;
      if(known===undefined){known=nodes.length;nodes.push({name:n.name,kind:n.kind,parent:parent,total:0,self:0,fill:n.fill,children:[],
        depth:parent<0?0:nodes[parent].depth+1});index.push(new Map());
        if(parent>=0){index[parent].set(key,known);nodes[parent].children.push(known);}}
      nodes[known].total+=n.total;nodes[known].self+=n.self;map[i]=known;});
      nodes.forEach(function(n){n.children.sort(function(a,b){return nodes[a].name<nodes[b].name?-1:nodes[a].name>nodes[b].name?1:a-b;});});
      if(state.focus>=nodes.length)state.focus=0;}
    function percent(a,b){return(b?100*a/b:0).toFixed(1)+" %";}
    function amount(v){if(unit==="us")return v<1e3?v+" \\u00b5s":v<1e6?(v/1e3).toFixed(1)+" ms":(v/1e6).toFixed(2)+" s";
      return v.toLocaleString("en-US")+" "+unit;}
    function top(depth){return state.inverted?TOP+depth*ROW:TOP+(rows-depth-1)*ROW;}
    function text(parent,x,y,value){var t=document.createElementNS(NS,"text");t.setAttribute("class","label");t.setAttribute("x",x);
      t.setAttribute("y",y);t.textContent=value;parent.appendChild(t);}
    function expression(){if(!state.search)return null;try{return new RegExp(state.search,"i");}
      catch(e){return new RegExp(state.search.replace(/[.*+?^${}()|[\\]\\\\]/g,"\\\\$&"),"i");}}
    function draw(){while(group.firstChild)group.removeChild(group.firstChild);
      var pattern=expression(),focus=nodes[state.focus],chart=W-2*M,sum=0;
      function bar(i,x,width,below,inside){var n=nodes[i],hit=pattern&&i&&pattern.test(n.name);
        var g=document.createElementNS(NS,"g");g.setAttribute("class","bar"+(below?" below":"")+(hit?" match":""));g.node=i;
        var r=document.createElementNS(NS,"rect");r.setAttribute("x",M+x);r.setAttribute("y",top(n.depth));
        r.setAttribute("width",Math.max(.1,width));r.setAttribute("height",BAR);r.setAttribute("fill",n.fill);g.appendChild(r);
        var room=Math.floor((width-6)/CHAR);
        if(room>=3)text(g,M+x+3,top(n.depth)+12.5,n.name.length>room?n.name.slice(0,room-1)+"\\u2026":n.name);
        group.appendChild(g);return inside||hit;}
      for(var a=focus.parent;a>=0;a=nodes[a].parent)bar(a,0,chart,true,false);
      var todo=[[state.focus,0,false]];
      while(todo.length){var item=todo.pop(),n=nodes[item[0]],width=focus.total?chart*n.total/focus.total:0;
        if(width<.15&&item[0]!==state.focus)continue;
        var inside=bar(item[0],item[1],width,false,item[2]);if(inside&&!item[2])sum+=n.total;
        var x=item[1];n.children.forEach(function(c){todo.push([c,x,inside]);x+=chart*nodes[c].total/focus.total;});}
      matched.textContent=pattern?"matched: "+percent(sum,focus.total):"";describe(null);
      Array.prototype.forEach.call(root.querySelectorAll(".button"),function(b){var action=b.getAttribute("data-do");
        var on=action==="invert"?state.inverted:action==="threads"?!state.threads:action==="processes"?!state.processes:
          action==="search"?!!state.search:false;b.classList.toggle("on",on);});}
    function describe(i){if(i===null){details.textContent=state.focus?"Zoomed into "+nodes[state.focus].name+"; Reset shows everything again.":
      "Click a bar to zoom into it.";return;}
      var n=nodes[i];details.textContent=n.name+"   "+amount(n.total)+", "+percent(n.total,nodes[0].total)+" of all"+
        (state.focus?", "+percent(n.total,nodes[state.focus].total)+" of what is shown":"")+"   self "+amount(n.self);}
    function change(){build();draw();}
    function act(action){
      if(action==="search"){if(state.search){state.search="";}else{state.search=window.prompt("Functions that match (a regular expression):","")||"";}draw();}
      else if(action==="reset"){state.focus=0;state.search="";draw();}
      else if(action==="invert"){state.inverted=!state.inverted;draw();}
      else if(action==="threads"){state.threads=!state.threads;state.focus=0;change();}
      else if(action==="processes"){state.processes=!state.processes;state.focus=0;change();}}
    function holder(e){while(e&&e!==root){if(e.classList&&(e.classList.contains("bar")||e.classList.contains("button")))return e;e=e.parentNode;}return null;}
    root.addEventListener("click",function(v){var e=holder(v.target);if(!e)return;
      if(e.classList.contains("button"))act(e.getAttribute("data-do"));else{state.focus=e.node;draw();}});
    root.addEventListener("mousemove",function(v){var e=holder(v.target);describe(e&&e.classList.contains("bar")?e.node:null);});
    window.addEventListener("keydown",function(v){
      if(v.key==="Escape")act("reset");
      else if((v.ctrlKey||v.metaKey)&&v.key==="f"||v.key==="/"){v.preventDefault();state.search="";act("search");}
      else if(v.key==="i")act("invert");
      else if(v.key==="Enter"){var e=holder(document.activeElement);if(e&&e.classList.contains("button"))act(e.getAttribute("data-do"));}});
    function remembered(){var zoom="";(window.location.hash||"").replace(/^#/,"").split("&").forEach(function(part){
      var at=part.indexOf("="),key=at<0?part:part.slice(0,at),value="";
      try{value=at<0?"":decodeURIComponent(part.slice(at+1));}catch(e){}
      if(key==="search")state.search=value;else if(key==="inverted")state.inverted=true;else if(key==="threads")state.threads=value!=="0";
      else if(key==="processes")state.processes=value!=="0";else if(key==="zoom")zoom=value;});
      build();if(zoom)nodes.some(function(n,i){if(n.name===zoom){state.focus=i;return true;}return false;});}
    remembered();draw();
    if(!state.inverted&&window.parent===window&&TOP+rows*ROW>window.innerHeight)window.scrollTo(0,TOP+rows*ROW);
    })();
    """
}
